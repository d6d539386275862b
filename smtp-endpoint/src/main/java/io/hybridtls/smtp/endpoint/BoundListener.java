package io.hybridtls.smtp.endpoint;

import io.hybridtls.smtp.server.ListenerSettings;
import java.net.InetSocketAddress;

/**
 * A listener in operation.
 *
 * @param address where it is bound, with the port that it got where the settings say 0
 */
public record BoundListener(ListenerSettings settings, InetSocketAddress address) {}
