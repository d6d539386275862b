package io.hybridtls.agent.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class DemoTest {

  @TempDir private Path folder;

  @Test
  @Timeout(120)
  void everyStepShouldBeShownWithItsProof() throws Exception {
    List<String> steps = new ArrayList<>();
    List<String> proofs = new ArrayList<>();

    new Demo(
            folder,
            Map.of(),
            (what, proof) -> {
              steps.add(what);
              proofs.add(proof);
            })
        .run();

    assertThat(steps)
        .satisfiesExactly(
            step -> assertThat(step).startsWith("A private CA was made"),
            step -> assertThat(step).startsWith("It issued a certificate for mail.demo.example"),
            step -> assertThat(step).startsWith("The endpoint takes mail on 127.0.0.1:"),
            step -> assertThat(step).startsWith("The cloud peer demands a client certificate"),
            step -> assertThat(step).contains("relayed over mutual TLS"),
            step -> assertThat(step).startsWith("The certificate was renewed by force"),
            step -> assertThat(step).startsWith("The next session sees the new certificate"),
            step -> assertThat(step).contains("relayed over mutual TLS"),
            step -> assertThat(step).contains("opened before the renewal went on"));
    assertThat(proofs).doesNotContain("").hasSameSizeAs(steps);
  }
}
