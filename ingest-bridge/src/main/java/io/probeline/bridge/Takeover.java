package io.probeline.bridge;

import io.probeline.record.Session;

/**
 * All that a bridge must know of a device to go on where another, or it itself, has left off.
 *
 * @param partition of the topic of sessions, which goes to another bridge as a whole
 * @param place what is committed for the device's command topic
 * @param done commands that have an outcome already
 */
record Takeover(int partition, Session session, CommittedPlace place, RunIds done) {}
