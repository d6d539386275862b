/** What holds for every room of the endpoint. */
@NullMarked
package io.hybridtls.smtp;

import org.jspecify.annotations.NullMarked;
