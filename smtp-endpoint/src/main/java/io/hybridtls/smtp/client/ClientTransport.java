package io.hybridtls.smtp.client;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFactory;
import io.netty.channel.EventLoopGroup;

/** What outbound connections run on; whoever made the group shuts it down. */
public record ClientTransport(EventLoopGroup group, ChannelFactory<? extends Channel> channels) {}
