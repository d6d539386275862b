/**
 * Corporate CAs that speak EST (RFC 7030), by Bouncy Castle: the CA's own certificates, enrolment
 * with a password, and renewal with the certificate that is in use.
 */
@NullMarked
package io.hybridtls.agent.est;

import org.jspecify.annotations.NullMarked;
