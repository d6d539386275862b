/** Who may send what to whom: inbound connectors in the vocabulary of Exchange, deny by default. */
@NullMarked
package io.hybridtls.smtp.inbound;

import org.jspecify.annotations.NullMarked;
