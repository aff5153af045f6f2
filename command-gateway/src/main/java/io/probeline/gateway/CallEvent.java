package io.probeline.gateway;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.regex.Pattern;

/** What a message on a notification socket says. */
sealed interface CallEvent {
    /** The customer has left this call, so it is over. An agent's leaving is no end: each transfer has one. */
    record Ended(String call) implements CallEvent {}

    /** The contact centre will close the socket. */
    record Closing() implements CallEvent {}

    /** A pong, or something that nobody asked for. */
    record Other() implements CallEvent {}

    ObjectMapper JSON = new ObjectMapper();
    String PREFIX = "v2.detail.events.conversation.";
    String SUFFIX = ".customer.end";
    Pattern END = Pattern.compile(Pattern.quote(PREFIX) + "([A-Za-z0-9._-]{1,128})" + Pattern.quote(SUFFIX));

    /** The topic that tells a call's end. */
    static String topic(String call) {
        return PREFIX + call + SUFFIX;
    }

    static CallEvent of(String text) {
        try {
            var topic = JSON.readTree(text).path("topicName").asText();
            if (topic.equals("v2.system.socket_closing")) {
                return new Closing();
            }
            var end = END.matcher(topic);
            return end.matches() ? new Ended(end.group(1)) : new Other();
        } catch (JsonProcessingException e) {
            return new Other();
        }
    }
}
