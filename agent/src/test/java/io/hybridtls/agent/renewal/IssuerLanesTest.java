package io.hybridtls.agent.renewal;

import static org.assertj.core.api.Assertions.assertThat;

import io.hybridtls.certstore.model.CertificateId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class IssuerLanesTest {

  @Test
  void eachIssuerShouldHaveItsShareAndNoMore() {
    IssuerLanes lanes = new IssuerLanes(8);

    List<CertificateId> begun =
        lanes.offer(due("slow", ids("a", 10), "quick", ids("b", 10)), issuer -> 3, 2);

    assertThat(begun).containsExactly(id("a0"), id("b0"), id("a1"), id("b1"), id("a2"), id("b2"));
    assertThat(lanes.ended(id("b0"))).containsExactly(id("b3"));
    assertThat(lanes.ended(id("a2"))).containsExactly(id("a3"));
  }

  @Test
  void noIssuerShouldTakeTheLastRoomOfTheOthers() {
    IssuerLanes lanes = new IssuerLanes(4);

    assertThat(lanes.offer(due("slow", ids("a", 10)), issuer -> 100, 3)).hasSize(2);
    assertThat(lanes.offer(due("slow", ids("a", 10), "quick", ids("b", 1)), issuer -> 100, 3))
        .containsExactly(id("b0"));
  }

  @Test
  void aSingleIssuerShouldHaveAllTheRoomThatItsLimitAllows() {
    IssuerLanes lanes = new IssuerLanes(4);

    assertThat(lanes.offer(due("only", ids("a", 10)), issuer -> 100, 1)).hasSize(4);
  }

  @Test
  void moreIssuersThanRoomShouldStillAllHaveTheirTurn() {
    IssuerLanes lanes = new IssuerLanes(1);

    assertThat(lanes.offer(due("one", ids("a", 2), "two", ids("b", 2)), issuer -> 4, 2))
        .containsExactly(id("a0"));
    assertThat(lanes.ended(id("a0"))).hasSize(1);
  }

  @Test
  void whatIsUnderWayShouldNotBeginTwice() {
    IssuerLanes lanes = new IssuerLanes(4);
    lanes.offer(due("only", ids("a", 2)), issuer -> 4, 1);

    assertThat(lanes.offer(due("only", ids("a", 3)), issuer -> 4, 1)).containsExactly(id("a2"));
  }

  @Test
  void whatIsDueAgainWhileItIsUnderWayShouldBeginWhenThatHasEnded() {
    IssuerLanes lanes = new IssuerLanes(4);
    lanes.offer(due("only", ids("a", 1)), issuer -> 4, 1);
    lanes.offer(due("only", ids("a", 1)), issuer -> 4, 1);

    assertThat(lanes.ended(id("a0"))).containsExactly(id("a0"));
    assertThat(lanes.ended(id("a0"))).isEmpty();
  }

  private static Map<String, List<CertificateId>> due(String issuer, List<CertificateId> ids) {
    return Map.of(issuer, ids);
  }

  private static Map<String, List<CertificateId>> due(
      String one, List<CertificateId> ids, String other, List<CertificateId> others) {
    Map<String, List<CertificateId>> due = new LinkedHashMap<>();
    due.put(one, ids);
    due.put(other, others);
    return due;
  }

  private static List<CertificateId> ids(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(n -> id(prefix + n)).toList();
  }

  private static CertificateId id(String text) {
    return CertificateId.of(text);
  }
}
