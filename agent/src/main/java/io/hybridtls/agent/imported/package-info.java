/**
 * Certificates that are made elsewhere and brought: imported by the operator, or written to files
 * by another tool. Finds the key and its certificates in whatever they come in (RFC 7468, RFC 7292)
 * and puts the chain in order; renewal takes it from there.
 */
@NullMarked
package io.hybridtls.agent.imported;

import org.jspecify.annotations.NullMarked;
