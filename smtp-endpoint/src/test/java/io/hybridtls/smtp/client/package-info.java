@NullMarked
package io.hybridtls.smtp.client;

import org.jspecify.annotations.NullMarked;
