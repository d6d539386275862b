/**
 * RFC 5321 as values: commands, replies, paths, extensions, and the framing of message data. No
 * sockets, no clock; used by both the receiving and the sending side.
 */
@NullMarked
package io.hybridtls.smtp.protocol;

import org.jspecify.annotations.NullMarked;
