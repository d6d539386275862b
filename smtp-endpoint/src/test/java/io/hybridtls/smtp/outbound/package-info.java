@NullMarked
package io.hybridtls.smtp.outbound;

import org.jspecify.annotations.NullMarked;
