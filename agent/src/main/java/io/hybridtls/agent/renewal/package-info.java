/**
 * The life cycle: decide, lock, look again, issue, store, gate, publish, prove. Quartz, the admin
 * API and the command line call in; issuers, store and publisher are called.
 */
@NullMarked
package io.hybridtls.agent.renewal;

import org.jspecify.annotations.NullMarked;
