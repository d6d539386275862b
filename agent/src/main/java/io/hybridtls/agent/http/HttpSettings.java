package io.hybridtls.agent.http;

import java.net.InetSocketAddress;

/**
 * Where the HTTP listener listens.
 *
 * @param address port 0 takes any free port, which {@link HttpListener#address()} then tells
 */
public record HttpSettings(InetSocketAddress address) {}
