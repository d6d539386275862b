package io.hybridtls.agent.testing;

import io.hybridtls.agent.acme.dns.RecordNotes;
import io.hybridtls.agent.acme.dns.TxtRecord;

/** Nobody comes after the test. */
public final class NoNotes implements RecordNotes {

  @Override
  public void put(TxtRecord record) {}

  @Override
  public void remove(TxtRecord record) {}
}
