package io.hybridtls.agent.acme;

import io.hybridtls.agent.renewal.IssuanceException;
import io.hybridtls.certstore.model.DnsName;
import java.net.URL;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.shredzone.acme4j.Authorization;

/** Counts the answers that another solver puts in place and takes away. */
final class RecordingSolver implements ChallengeSolver {

  private final ChallengeSolver solver;
  private final AtomicInteger presented = new AtomicInteger();
  private final AtomicInteger withdrawn = new AtomicInteger();
  private Runnable work = () -> {};

  RecordingSolver(ChallengeSolver solver) {
    this.solver = solver;
  }

  /** Does {@code newWork} whenever it puts an answer in place. */
  void takes(Runnable newWork) {
    work = newWork;
  }

  int presented() {
    return presented.get();
  }

  int withdrawn() {
    return withdrawn.get();
  }

  @Override
  public String type() {
    return solver.type();
  }

  @Override
  public boolean canProve(DnsName name) {
    return solver.canProve(name);
  }

  @Override
  public boolean provesAddresses() {
    return solver.provesAddresses();
  }

  @Override
  public Optional<PresentedChallenge> present(Authorization authorization, URL account)
      throws IssuanceException {
    work.run();
    return solver
        .present(authorization, account)
        .map(
            answer -> {
              presented.incrementAndGet();
              return new PresentedChallenge(
                  answer.challenge(),
                  answer.visibility(),
                  () -> {
                    answer.close();
                    withdrawn.incrementAndGet();
                  });
            });
  }
}
