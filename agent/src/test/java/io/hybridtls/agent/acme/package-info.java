/** Tests of the ACME issuer, against a real CA and against a scripted one that misbehaves. */
@NullMarked
package io.hybridtls.agent.acme;

import org.jspecify.annotations.NullMarked;
