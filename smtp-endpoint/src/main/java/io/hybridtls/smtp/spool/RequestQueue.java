package io.hybridtls.smtp.spool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** Requests on their way to the writer, first come first served. Safe for use by many threads. */
final class RequestQueue {

  private static final int MAX_REQUESTS = 512;
  private static final long MAX_BYTES = 8L << 20;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition somethingToDo = lock.newCondition();
  private final Queue<WriteRequest> waiting = new ArrayDeque<>();
  private boolean closed;

  /** Returns whether it was taken; a closed queue takes nothing. */
  boolean offer(WriteRequest request) {
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      waiting.add(request);
      if (waiting.size() == 1) {
        somethingToDo.signal();
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Waits for requests and takes all of them, up to the size of a transaction.
   *
   * @param nanos to wait at the most
   * @return empty when the time is over or the queue is closed and empty
   */
  List<WriteRequest> take(long nanos) {
    lock.lock();
    try {
      long left = nanos;
      while (waiting.isEmpty() && !closed && left > 0) {
        left = somethingToDo.awaitNanos(left);
      }
      return drain();
    } catch (InterruptedException e) {
      return drain();
    } finally {
      lock.unlock();
    }
  }

  private List<WriteRequest> drain() {
    List<WriteRequest> batch = new ArrayList<>(Math.min(waiting.size(), MAX_REQUESTS));
    long bytes = 0;
    while (!waiting.isEmpty() && batch.size() < MAX_REQUESTS && bytes < MAX_BYTES) {
      WriteRequest request = waiting.remove();
      bytes += request.weight();
      batch.add(request);
    }
    return batch;
  }

  /** What was taken before stays to be written. */
  void close() {
    lock.lock();
    try {
      closed = true;
      somethingToDo.signal();
    } finally {
      lock.unlock();
    }
  }

  boolean isFinished() {
    lock.lock();
    try {
      return closed && waiting.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
