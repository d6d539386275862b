/** The whole agent as its users have it: a process between real mail systems and real CAs. */
@NullMarked
package io.hybridtls.agent;

import org.jspecify.annotations.NullMarked;
