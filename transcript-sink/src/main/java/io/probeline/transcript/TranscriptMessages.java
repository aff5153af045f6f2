package io.probeline.transcript;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.record.TranscriptLine;
import io.probeline.schemas.LineTexts;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Optional;

/** A line ──▶ a message of the interaction's transcript, which can't be read back. */
final class TranscriptMessages implements TranscriptTarget {
    private static final DateTimeFormatter MILLIS =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Genesys genesys;
    private final TranscriptPath path;
    private final LineTexts texts;

    TranscriptMessages(Genesys genesys, TranscriptPath path, LineTexts texts) {
        this.genesys = genesys;
        this.path = path;
        this.texts = texts;
    }

    @Override
    public boolean needsLookUp(String interactionId) {
        return false;
    }

    @Override
    public boolean readable() {
        return false;
    }

    @Override
    public String said(TranscriptLine line) {
        return texts.say(line);
    }

    @Override
    public Answer write(TranscriptLine line, String said) {
        return ParticipantAttributes.dots(line.getInteractionId())
                ? new Answer.Refused("interaction_id", Optional.empty())
                : genesys.send("POST", path.of(line.getInteractionId()), message(line, said));
    }

    @Override
    public Answer lookUp(TranscriptLine line) {
        throw new IllegalStateException("there is nothing to look up");
    }

    @Override
    public Answer readBack(TranscriptLine line) {
        throw new IllegalStateException("a transcript can't be read");
    }

    private static ObjectNode message(TranscriptLine line, String said) {
        var message = JsonNodeFactory.instance.objectNode().put("type", "message");
        message.putObject("content").put("type", "text").put("text", said);
        message.putObject("from")
                .put("id", "system:iot_monitor")
                .put("name", "IoT Diagnostic Monitor")
                .put("type", "system");
        return message.put("timestamp", MILLIS.format(line.getAt()));
    }
}
