/**
 * Where certificates and keys are kept: encrypted, generation by generation, readable by their
 * owner alone. Written by the renewal room, read at start; knows no issuer and no socket.
 */
@NullMarked
package io.hybridtls.certstore.storage;

import org.jspecify.annotations.NullMarked;
