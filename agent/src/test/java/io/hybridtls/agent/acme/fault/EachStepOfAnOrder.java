package io.hybridtls.agent.acme.fault;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A test of each signed request that an order is made of, one after the other. */
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@ParameterizedTest
@EnumSource(
    names = {
      "NEW_ACCOUNT",
      "NEW_ORDER",
      "AUTHORIZATION",
      "CHALLENGE",
      "ORDER",
      "FINALIZE",
      "CERTIFICATE"
    })
@interface EachStepOfAnOrder {}
