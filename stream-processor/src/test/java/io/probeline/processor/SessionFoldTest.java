package io.probeline.processor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.DeviceEvent;
import io.probeline.record.DeviceEventKind;
import io.probeline.record.LineKind;
import io.probeline.record.Outcome;
import io.probeline.record.Priority;
import io.probeline.record.Session;
import io.probeline.record.SessionRequest;
import io.probeline.record.SessionState;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.AvroFormat;
import io.probeline.schemas.LocalSchemaRegistry;
import io.probeline.schemas.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every transition of the session state machine, and that nothing else is one. */
class SessionFoldTest {
    private final Device device = new Device("a");
    private final List<TranscriptLine> lines = new ArrayList<>();
    private @Nullable DeviceState state;

    @Test
    void openWithoutCommandsIsCompletedOnceConnected() {
        request(device.open(0));
        assertState(SessionState.INITIATED);
        assertEquals("customer", session().getCustomerId());
        event(device.connected(1));
        assertState(SessionState.COMPLETED);
        assertEquals(List.of(), lines);
    }

    @Test
    void requestedCommandsArePendingUntilTheLastIsDone() {
        request(device.open(0, "c1", "c2"));
        event(device.connected(1));
        assertState(SessionState.RUNNING);
        event(device.sent(2, "c1"));
        event(device.done(3, "c1", Outcome.OK));
        assertState(SessionState.RUNNING);
        assertEquals(List.of("c2"), session().getPending());
        event(device.done(4, "c2", Outcome.ERROR));
        assertState(SessionState.COMPLETED);
        assertKinds(LineKind.RESULT, LineKind.RESULT);
        assertEquals("{\"rttMs\":12}", lines.getFirst().getData().orElseThrow());
        assertEquals(Priority.RESULT, lines.getFirst().getPriority());
    }

    @Test
    void commandSentLaterRunsAgain() {
        request(device.open(0));
        event(device.connected(1));
        event(device.sent(2, "c9"));
        assertState(SessionState.RUNNING);
        assertEquals(List.of("c9"), session().getPending());
        event(device.done(3, "c9", Outcome.TIMED_OUT));
        assertState(SessionState.COMPLETED);
    }

    @Test
    void openAgainChangesNothing() {
        request(device.open(0));
        var before = state;
        request(device.open(1));
        assertSame(before, state);
    }

    @Test
    void openByAnotherInteractionIsRefusedWhileOneIsOpen() {
        request(device.open(0));
        var before = state;
        request(new Device("conv-b", "session-b", "device-a", 2).open(1));
        assertSame(before, state);
    }

    @Test
    void nextSessionAfterTheEndNeedsAHigherGeneration() {
        request(device.open(0));
        request(device.close(1, "requested"));
        assertState(SessionState.CLOSED);
        request(device.open(2));
        assertState(SessionState.CLOSED);
        request(device.generation(2, "session-2").open(3, "c1"));
        assertState(SessionState.INITIATED);
        assertEquals("session-2", session().getSessionId());
        assertEquals(2, session().getGeneration());
    }

    @Test
    void lostIsSaidOnceAndBackIsSaidOnce() {
        request(device.open(0, "c1"));
        event(device.connected(1));
        event(event(DeviceEventKind.LOST, 2));
        assertState(SessionState.DISCONNECTED);
        assertEquals("device_lost", session().getReason().orElseThrow());
        assertEquals(SessionState.RUNNING, session().getResumeTo().orElseThrow());
        event(event(DeviceEventKind.LOST, 3));
        event(event(DeviceEventKind.RESTORED, 4));
        assertState(SessionState.RUNNING);
        assertTrue(session().getReason().isEmpty());
        assertTrue(session().getResumeTo().isEmpty());
        event(event(DeviceEventKind.RESTORED, 5));
        assertKinds(LineKind.LOST, LineKind.RESTORED);
        assertTrue(lines.stream().allMatch(line -> line.getPriority() == Priority.ALARM));
    }

    @Test
    void lostTwiceIsTwoLinesWithDifferentIds() {
        request(device.open(0));
        event(device.connected(1));
        event(event(DeviceEventKind.LOST, 2));
        event(device.connected(3));
        event(event(DeviceEventKind.LOST, 4));
        assertKinds(LineKind.LOST, LineKind.RESTORED, LineKind.LOST);
        assertEquals(3, lines.stream().map(TranscriptLine::getLineId).distinct().count());
    }

    @Test
    void deviceThatNeverCameIsLostToo() {
        request(device.open(0, "c1"));
        event(event(DeviceEventKind.LOST, 2));
        assertEquals(SessionState.INITIATED, session().getResumeTo().orElseThrow());
        event(device.connected(3));
        assertState(SessionState.RUNNING);
        assertKinds(LineKind.LOST, LineKind.RESTORED);
    }

    @Test
    void refusedIsAnErrorWithItsReason() {
        request(device.open(0));
        event(refused(1, "device_auth"));
        assertState(SessionState.ERROR);
        assertEquals("device_auth", session().getReason().orElseThrow());
        event(refused(2, "device_auth"));
        event(refused(3, "device_unknown"));
        assertKinds(LineKind.REFUSED, LineKind.REFUSED);
        event(device.connected(4));
        assertState(SessionState.COMPLETED);
        assertKinds(LineKind.REFUSED, LineKind.REFUSED);
    }

    @Test
    void backAfterLostAndRefusedIsSaidSinceLostWas() {
        request(device.open(0));
        event(device.connected(1));
        event(event(DeviceEventKind.LOST, 2));
        event(refused(3, "device_auth"));
        assertEquals(SessionState.COMPLETED, session().getResumeTo().orElseThrow());
        event(event(DeviceEventKind.LOST, 4));
        event(device.connected(5));
        assertKinds(LineKind.LOST, LineKind.REFUSED, LineKind.RESTORED);
    }

    @Test
    void commandThatEndsWhileAwayLeavesNothingToRun() {
        request(device.open(0, "c1"));
        event(device.connected(1));
        event(event(DeviceEventKind.LOST, 2));
        event(device.done(3, "c1", Outcome.EXPIRED));
        assertState(SessionState.DISCONNECTED);
        event(device.connected(4));
        assertState(SessionState.COMPLETED);
    }

    @Test
    void unknownOutcomeIsAnAlarm() {
        request(device.open(0, "c1"));
        event(device.connected(1));
        event(device.done(2, "c1", Outcome.UNKNOWN));
        assertKinds(LineKind.OUTCOME_UNKNOWN);
        assertEquals(Priority.ALARM, lines.getFirst().getPriority());
    }

    /** A bridge that is replaced while its outcome is under way leaves the next one to write another: the sink says the first. */
    @Test
    void anotherOutcomeOfTheSameCommandIsTheSameLine() {
        request(device.open(0, "c1"));
        event(device.connected(1));
        event(device.done(2, "c1", Outcome.OK));
        event(device.done(3, "c1", Outcome.UNKNOWN));
        assertEquals(1, lines.stream().map(TranscriptLine::getLineId).distinct().count());
    }

    /** The bridge hears of the end from the sessions, so what it then says of a reboot comes after it. */
    @ParameterizedTest
    @EnumSource(
            value = Outcome.class,
            names = {"UNKNOWN", "EXECUTED", "NOT_EXECUTED"})
    void aDoubtThatIsSettledAfterTheEndIsSaid(Outcome outcome) {
        request(device.open(0, "c1"));
        event(device.connected(1));
        request(device.close(2, "requested"));
        var before = state;
        event(device.done(3, "c1", outcome));
        assertSame(before, state);
        assertKinds(outcome == Outcome.UNKNOWN ? LineKind.OUTCOME_UNKNOWN : LineKind.RESULT);
    }

    @Test
    void commandThatTheEndTookAwayIsNotSaid() {
        request(device.open(0, "c1"));
        event(device.done(2, "c1", Outcome.SESSION_CLOSED));
        assertKinds();
        assertEquals(List.of(), session().getPending());
    }

    @Test
    void sameOutcomeAgainHasTheSameLineId() {
        request(device.open(0, "c1"));
        event(device.done(2, "c1", Outcome.OK));
        event(device.done(3, "c1", Outcome.OK));
        assertEquals(1, lines.stream().map(TranscriptLine::getLineId).distinct().count());
    }

    @Test
    void cancelIsKeptUntilTheCommandIsDone() {
        request(device.open(0, "c1"));
        request(device.cancel(1, "c1"));
        assertEquals("c1", session().getCancelled().getFirst().getCommandId());
        assertEquals(7L, session().getCancelled().getFirst().getPlace().orElseThrow());
        var before = session().getUpdatedAt();
        request(device.cancel(2, "c1"));
        assertEquals(before, session().getUpdatedAt());
        event(device.done(3, "c1", Outcome.OK));
        assertEquals(List.of(), session().getCancelled());
        assertKinds(LineKind.RESULT);
    }

    /** A bridge that takes over in this moment may not have read that the command was given up: it must not find it uncancelled. */
    @Test
    void whatWasGivenUpStaysCancelledAndIsForgottenFirst() {
        request(device.open(0, "c1"));
        request(device.cancel(1, "c1"));
        for (int i = 2; i <= 1_000; i++) {
            request(device.cancel(i, "c" + i));
        }
        event(device.done(1_001, "c500", Outcome.CANCELLED));
        assertEquals("c500", session().getCancelled().getFirst().getCommandId());
        assertEquals(1_000, session().getCancelled().size());
        request(device.cancel(1_002, "another"));
        assertEquals("c1", session().getCancelled().getFirst().getCommandId());
        assertEquals("another", session().getCancelled().getLast().getCommandId());
    }

    @Test
    void cancelsAreBounded() {
        request(device.open(0));
        for (int i = 0; i < 1_100; i++) {
            request(device.cancel(i, "c" + i));
        }
        // As many as the gateway lets wait, so that each of a full queue can be cancelled.
        assertEquals(1_000, session().getCancelled().size());
        assertEquals("c1099", session().getCancelled().getLast().getCommandId());
    }

    @Test
    void closeAndBackendEndEndIt() {
        request(device.open(0, "c1"));
        request(device.close(5, "conversation_ended"));
        assertState(SessionState.CLOSED);
        assertEquals("conversation_ended", session().getReason().orElseThrow());
        assertEquals(Device.time(5), session().getClosedAt().orElseThrow());
        state = null;
        request(device.open(0));
        event(event(DeviceEventKind.ENDED, 6));
        assertEquals("backend_ended", session().getReason().orElseThrow());
    }

    @ParameterizedTest
    @EnumSource(DeviceEventKind.class)
    void nothingChangesAClosedSession(DeviceEventKind kind) {
        request(device.open(0, "c1"));
        request(device.close(1, "requested"));
        var before = state;
        event(any(device, kind));
        request(device.watched(3));
        request(device.cancel(3, "c1"));
        request(device.close(4, "again"));
        assertSame(before, state);
        assertKinds();
    }

    @ParameterizedTest
    @EnumSource(DeviceEventKind.class)
    void eventOfAnotherSessionChangesNothing(DeviceEventKind kind) {
        request(device.open(0, "c1"));
        var before = state;
        event(any(device.generation(1, "session-other"), kind));
        assertSame(before, state);
    }

    @ParameterizedTest
    @EnumSource(DeviceEventKind.class)
    void eventOfAnUnknownDeviceChangesNothing(DeviceEventKind kind) {
        event(any(device, kind));
        assertEquals(null, state);
    }

    @ParameterizedTest
    @EnumSource(
            value = DeviceEventKind.class,
            names = {"SUSPECT", "REPLACED"})
    void eventThatIsNoActivityChangesNothing(DeviceEventKind kind) {
        request(device.open(0, "c1"));
        var before = state;
        event(any(device, kind));
        assertSame(before, state);
    }

    @Test
    void activityIsShownOnceAMinute() {
        request(device.open(0));
        var revision = now().revision();
        request(device.watched(30));
        assertEquals(Device.time(30), session().getActiveAt());
        assertEquals(revision, now().revision());
        request(device.watched(60));
        assertEquals(revision + 1, now().revision());
        event(event(DeviceEventKind.LIVE, 100));
        assertEquals(revision + 1, now().revision());
    }

    @Test
    void activityNeverGoesBack() {
        request(device.open(10));
        request(device.watched(5));
        assertEquals(Device.time(10), session().getActiveAt());
    }

    @Test
    void idleSessionIsClosed() {
        request(device.open(0));
        time(899, 0);
        assertState(SessionState.INITIATED);
        time(900, 0);
        assertState(SessionState.CLOSED);
        assertEquals("idle", session().getReason().orElseThrow());
    }

    /** A bridge tells of a device that is there once a minute, whatever the setting. */
    @Test
    void aDeviceThatIsThereIsNotIdleBetweenTwoWordsOfIt() {
        request(device.open(0));
        event(event(DeviceEventKind.CONNECTED, 1));
        idleAfter(Duration.ofSeconds(20), 60);
        assertTrue(now().open());
        event(event(DeviceEventKind.LIVE, 61));
        idleAfter(Duration.ofSeconds(20), 135);
        assertTrue(now().open());
        idleAfter(Duration.ofSeconds(20), 136);
        assertState(SessionState.CLOSED);
    }

    @Test
    void timeInWhichNobodyLookedIsNoIdleness() {
        request(device.open(0));
        time(3_600, 3_000);
        assertState(SessionState.INITIATED);
        time(3_900, 3_000);
        assertState(SessionState.CLOSED);
    }

    @Test
    void oldSessionIsClosedHoweverActive() {
        request(device.open(0));
        request(device.watched(14_399));
        time(14_399.9, 14_000);
        assertState(SessionState.INITIATED);
        time(14_400, 14_000);
        assertEquals("max_age", session().getReason().orElseThrow());
        var before = state;
        time(20_000, 0);
        assertSame(before, state);
    }

    @Test
    void stateIsTheSameThroughTheChangelog() {
        request(device.open(0, "c1", "c2"));
        event(device.connected(1));
        request(device.cancel(1, "c2"));
        event(event(DeviceEventKind.LOST, 2));
        var codec = new DeviceStateCodec(new AvroFormat<>(Topics.SESSIONS, new LocalSchemaRegistry()));
        var back = codec.decode(codec.encode(now()));
        assertEquals(now().session(), back.session());
        assertEquals(now().shownActiveAt(), back.shownActiveAt());
        assertTrue(back.lostSaid());
        assertNotSame(now(), back);
        assertFalse(codec.decode(codec.encode(now().lostSaid(false))).lostSaid());
    }

    private static DeviceEvent any(Device of, DeviceEventKind kind) {
        return of.event(kind, 2)
                .setCommandId("c1")
                .setCommand("ping_latency")
                .setOutcome(Outcome.OK)
                .build();
    }

    private DeviceEvent event(DeviceEventKind kind, double seconds) {
        return device.event(kind, seconds).build();
    }

    private DeviceEvent refused(double seconds, String reason) {
        return device.event(DeviceEventKind.REFUSED, seconds).setReason(reason).build();
    }

    private void request(SessionRequest request) {
        take(SessionFold.request(state, request));
    }

    private void event(DeviceEvent event) {
        take(SessionFold.event(state, event));
    }

    private void time(double seconds, double since) {
        time(seconds, since, Duration.ofMinutes(15));
    }

    private void idleAfter(Duration idle, double seconds) {
        time(seconds, 0, idle);
    }

    private void time(double seconds, double since, Duration idle) {
        Instant now = Device.time(seconds);
        state = SessionFold.time(now(), now, Device.time(since), Duration.ofHours(4), idle);
    }

    private void take(SessionFold.Step step) {
        state = step.state();
        lines.addAll(step.lines());
    }

    private DeviceState now() {
        return Objects.requireNonNull(state);
    }

    private Session session() {
        return now().session();
    }

    private void assertState(SessionState expected) {
        assertEquals(expected, session().getState());
    }

    private void assertKinds(LineKind... expected) {
        assertEquals(
                List.of(expected), lines.stream().map(TranscriptLine::getKind).toList());
    }
}
