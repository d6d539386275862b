package io.hybridtls.agent.testing;

import io.hybridtls.agent.acme.dns.RecordNeeds;
import io.hybridtls.agent.acme.dns.RecordNotes;
import io.hybridtls.agent.acme.dns.TxtRecord;

/** Nobody comes after the test. */
public final class NoNotes implements RecordNotes {

  private final RecordNeeds needs = new RecordNeeds();

  @Override
  public boolean put(TxtRecord record) {
    return true;
  }

  @Override
  public void remove(TxtRecord record) {}

  @Override
  public RecordNeeds needs() {
    return needs;
  }
}
