/** Tests of enrolment over secure transport. */
@NullMarked
package io.hybridtls.agent.est;

import org.jspecify.annotations.NullMarked;
