package io.probeline.transcript;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.probeline.record.TranscriptLine;
import io.probeline.runtime.Http;
import io.probeline.runtime.World;
import io.probeline.schemas.LineTexts;
import io.probeline.testkit.GenesysFault;
import io.probeline.testkit.GenesysFaults;
import io.probeline.testkit.GenesysServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The two targets and the token, against a Genesys that misbehaves. */
class GenesysTest {
    private final LineTexts texts = LineTexts.shipped();
    private final AtomicLong nanos = new AtomicLong();
    private final Http http = Http.within(Duration.ofMillis(700));
    private final GenesysServer server = start();
    private final Genesys genesys = genesys("genesys-secret");
    private final TranscriptTarget messages = new TranscriptMessages(genesys, TranscriptPath.standard(), texts);
    private final TranscriptTarget attributes = new ParticipantAttributes(genesys, texts);

    @BeforeEach
    void welcome() {
        server.conversation("call", "agent-1");
    }

    @AfterEach
    void close() throws IOException {
        http.close();
        server.close();
    }

    @Test
    void aLineIsAMessageToTheLetter() {
        var line = Lines.lost("call", 0);
        var answer = say(messages, line);
        assertTrue(assertInstanceOf(Answer.Done.class, answer).rate().isPresent());
        assertEquals(texts.say(line), server.messages("call").getFirst().text());
        assertEquals(line.getAt(), server.messages("call").getFirst().timestamp());
    }

    @Test
    void aLineIsAnAttributeOfTheCustomerAndCanBeReadBack() {
        var line = Lines.lost("call", 0);
        assertTrue(attributes.needsLookUp("call"));
        assertInstanceOf(Answer.Done.class, attributes.lookUp(line));
        assertFalse(attributes.needsLookUp("call"));
        assertFalse(there(line));
        assertInstanceOf(Answer.Done.class, say(attributes, line));
        assertTrue(there(line));
        assertFalse(there(Lines.lost("call", 1)), "another line that says the same");
        assertFalse(there(Lines.update("call", 0)), "another priority");
    }

    @Test
    void aLongTextFitsAnAttribute() {
        var line = TranscriptLine.newBuilder(Lines.result("call", 0))
                .setData("{\"text\":\"" + "😀".repeat(60) + "\",\"more\":\"" + "😀".repeat(60) + "\",\"a\":\""
                        + "b".repeat(99) + "\"}")
                .build();
        attributes.lookUp(line);
        assertInstanceOf(Answer.Done.class, say(attributes, line));
        var value = server.attributes("call").getOrDefault(ParticipantAttributes.SHOWN + "Diagnostics result", "");
        assertTrue(value.startsWith("longtext:[COMMAND RESULT") && value.endsWith("…") && value.length() <= 256, value);
    }

    @Test
    void whoIsNotThereIsGivenUp() {
        assertEquals(new Answer.Refused("http_404", Optional.empty()), attributes.lookUp(Lines.lost("unknown", 0)));
        assertEquals(new Answer.Refused("interaction_id", Optional.empty()), say(messages, Lines.lost("..", 0)));
    }

    @Test
    void aParticipantThatIsGoneIsLookedUpAnewOnce() {
        var line = Lines.lost("call", 0);
        attributes.lookUp(line);
        var rule = server.faults().always(request -> request.method().equals("PATCH"), new GenesysFault.Status(404));
        assertInstanceOf(Answer.Failed.class, say(attributes, line));
        assertTrue(attributes.needsLookUp("call"));
        assertInstanceOf(Answer.Done.class, attributes.lookUp(line));
        assertEquals(new Answer.Refused("http_404", Optional.empty()), say(attributes, line));
        rule.lift();
        var next = Lines.lost("call", 1);
        assertInstanceOf(Answer.Done.class, attributes.lookUp(next));
        assertInstanceOf(Answer.Done.class, say(attributes, next));
    }

    @ParameterizedTest
    @ValueSource(ints = {502, 503, 504, 408, 425})
    void whatMayBeRetriedWasNotDone(int status) {
        fail(new GenesysFault.Status(status));
        var failed = assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 0)));
        assertTrue(!failed.maybeDone() && failed.reason().contains(Integer.toString(status)));
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 501, 301})
    void whatMayGoBetterLaterMayHaveBeenDone(int status) {
        fail(new GenesysFault.Status(status));
        var failed = assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 0)));
        assertTrue(failed.maybeDone() && failed.reason().contains(Integer.toString(status)));
    }

    @ParameterizedTest
    @ValueSource(ints = {400, 403, 404, 409, 413, 422})
    void whatNeverGoesBetterIsRefused(int status) {
        fail(new GenesysFault.Status(status));
        assertEquals(new Answer.Refused("http_" + status, Optional.empty()), say(messages, Lines.lost("call", 0)));
    }

    @Test
    void aConnectionThatIsCutOrSilentMayHaveBeenEnough() {
        for (var fault : new GenesysFault[] {new GenesysFault.Drop(), new GenesysFault.Hang(Duration.ofSeconds(5))}) {
            fail(fault);
            assertTrue(assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 0)))
                    .maybeDone());
        }
        assertEquals(0, server.messages("call").size());
        fail(new GenesysFault.CommitThen(new GenesysFault.Drop()));
        assertTrue(assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 1)))
                .maybeDone());
        fail(new GenesysFault.HalfAnswer());
        assertFalse(say(messages, Lines.lost("call", 2)) instanceof Answer.Refused);
        assertEquals(2, server.messages("call").size(), "a body is never sent twice behind our back");
    }

    @Test
    void whoCanNotBeReachedHasDoneNothing() throws IOException {
        server.close();
        var failed = assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 0)));
        assertFalse(failed.maybeDone());
    }

    @Test
    void a429TellsWhenToComeBack() {
        fail(new GenesysFault.RetryAfter("7"));
        assertEquals(
                new Answer.TooMany(Optional.of(Duration.ofSeconds(7)), Optional.empty()),
                say(messages, Lines.lost("call", 0)));
        fail(new GenesysFault.RetryAfter("7200"));
        assertEquals(
                new Answer.TooMany(Optional.of(Duration.ofHours(1)), Optional.empty()),
                say(messages, Lines.lost("call", 0)),
                "an hour at most");
        fail(new GenesysFault.RetryAfter("soon"));
        assertEquals(new Answer.TooMany(Optional.empty(), Optional.empty()), say(messages, Lines.lost("call", 0)));
    }

    @Test
    void theTokenIsRenewedBeforeItEnds() {
        server.tokenLifetime(Duration.ofHours(1));
        say(messages, Lines.lost("call", 0));
        say(messages, Lines.lost("call", 1));
        assertEquals(1, server.tokensIssued());
        nanos.addAndGet(Duration.ofMinutes(58).toNanos());
        say(messages, Lines.lost("call", 2));
        assertEquals(1, server.tokensIssued());
        nanos.addAndGet(Duration.ofMinutes(1).toNanos());
        say(messages, Lines.lost("call", 3));
        assertEquals(2, server.tokensIssued());
    }

    @Test
    void aTokenThatIsRefusedIsDroppedAndTheLineTriedOnceMore() {
        say(messages, Lines.lost("call", 0));
        server.revokeTokens();
        assertInstanceOf(Answer.Done.class, say(messages, Lines.lost("call", 1)));
        assertEquals(2, server.tokensIssued());
        fail(2, new GenesysFault.Status(401));
        var failed = assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 2)));
        assertEquals("Genesys refuses our token", failed.reason());
        assertFalse(failed.maybeDone());
    }

    @Test
    void aLoginThatFailedIsNotTriedByEveryoneAtOnce() {
        server.faults().next(1, GenesysFaults.path("/oauth/token"), new GenesysFault.Status(503));
        for (int i = 0; i < 3; i++) {
            var failed = assertInstanceOf(Answer.Failed.class, say(messages, Lines.lost("call", 0)));
            assertEquals("the login answered 503", failed.reason());
        }
        nanos.addAndGet(Duration.ofSeconds(1).toNanos());
        assertInstanceOf(Answer.Done.class, say(messages, Lines.lost("call", 0)));
    }

    @Test
    void wrongCredentialsAreSaidWithoutThem() {
        var wrong = new TranscriptMessages(genesys("canary-secret"), TranscriptPath.standard(), texts);
        var failed = assertInstanceOf(Answer.Failed.class, say(wrong, Lines.lost("call", 0)));
        assertTrue(failed.reason().startsWith("the login answered 4"), failed.reason());
        assertFalse(failed.toString().contains("canary"));
    }

    private static Answer say(TranscriptTarget target, TranscriptLine line) {
        return target.write(line, target.said(line));
    }

    private boolean there(TranscriptLine line) {
        return assertInstanceOf(Answer.Checked.class, attributes.readBack(line)).there();
    }

    private void fail(GenesysFault fault) {
        fail(1, fault);
    }

    private void fail(int times, GenesysFault fault) {
        server.faults().next(times, GenesysFaults.path("/v2/interactions"), fault);
    }

    private Genesys genesys(String secret) {
        var real = World.real();
        var world = new World(real.wall(), nanos::get, real.random(), real.threads());
        var client = new SinkConfig.Client("probeline", secret);
        return new Genesys(server.url(), http.client(), new GenesysToken(server.url(), client, http.client(), world));
    }

    private static GenesysServer start() {
        try {
            return GenesysServer.start(0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
