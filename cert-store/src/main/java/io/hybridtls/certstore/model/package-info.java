/**
 * Certificates as values: names, identifiers, a key with its chain, and the numbered generations of
 * one certificate. Nothing here reads a file, a clock or a socket; every room above uses these
 * types.
 */
@NullMarked
package io.hybridtls.certstore.model;

import org.jspecify.annotations.NullMarked;
