package io.hybridtls.certstore.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The test class speaks with real programs. It is disabled, with a reason that names what is
 * missing, on a machine that does not have them all; with the system property {@code
 * interop=required} it fails there instead, save for programs that are excepted, as in {@code
 * interop=required,-pebble-newest}.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(PeerCondition.class)
public @interface RequiresPeer {

  /** The programs' names, as in {@code {"pebble", "pebble-challtestsrv"}}. */
  String[] value();
}
