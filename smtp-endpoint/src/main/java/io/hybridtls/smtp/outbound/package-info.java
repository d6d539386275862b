/**
 * Where mail goes, and how safe the path must be: outbound connectors, routes, TLS requirements,
 * and the outcome of each delivery.
 */
@NullMarked
package io.hybridtls.smtp.outbound;

import org.jspecify.annotations.NullMarked;
