/**
 * The rooms put together: an endpoint that is opened, changed while it runs, drained and closed.
 * Called by the agent and by load programs; decides nothing itself.
 */
@NullMarked
package io.hybridtls.smtp.endpoint;

import org.jspecify.annotations.NullMarked;
