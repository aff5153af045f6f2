package io.probeline.quickstart;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.probeline.testkit.ApplianceAct;
import io.probeline.testkit.ApplianceAct.Later;
import io.probeline.testkit.ApplianceAct.Say;
import io.probeline.testkit.DeviceFrames;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/** A radio that listens on one channel after the other, for the same time each. */
record ChannelScan(String commandId, Instant start, Duration takes, List<Heard> heard) {
    private static final int CHANNELS = 13;
    private static final int CROWDED = -48;
    private static final int QUIETEST = -92;
    private static final int LOUDEST = -58;

    ChannelScan {
        heard = List.copyOf(heard);
    }

    /** How loud the neighbours are on a channel, in dBm. */
    record Heard(int channel, int rssi) {}

    /** @param own the channel in use, which is the most crowded one: that is why somebody scans */
    static ChannelScan begin(String commandId, Instant now, Duration takes, int own, RandomGenerator random) {
        var heard = IntStream.rangeClosed(1, CHANNELS)
                .mapToObj(channel -> new Heard(channel, channel == own ? CROWDED : random.nextInt(QUIETEST, LOUDEST)))
                .toList();
        return new ChannelScan(commandId, now, takes, heard);
    }

    Instant ends() {
        return start.plus(takes);
    }

    /** The channel on which the neighbours are heard least. */
    int best() {
        return heard.stream()
                .min(Comparator.comparingInt(Heard::rssi))
                .orElseThrow(() -> new IllegalStateException("a scan hears every channel"))
                .channel();
    }

    String result() {
        ObjectNode data = JsonNodeFactory.instance.objectNode();
        var channels = data.putArray("channels");
        heard.forEach(h -> channels.addObject().put("channel", h.channel()).put("rssi", h.rssi()));
        return DeviceFrames.ok(commandId, data.put("best", best()));
    }

    /** Everything that is said about it, from the acknowledgement to the result. */
    List<ApplianceAct> acts() {
        var acts = new ArrayList<ApplianceAct>();
        acts.add(new Say(DeviceFrames.ack(commandId)));
        for (int i = 0; i < heard.size(); i++) {
            var at = takes.multipliedBy(i).dividedBy(heard.size());
            var message = "channel " + heard.get(i).channel();
            acts.add(later(at, DeviceFrames.progress(commandId, 100 * i / heard.size(), message)));
        }
        acts.add(later(takes, result()));
        return acts;
    }

    private Later later(Duration by, String frame) {
        return new Later(by, commandId, new Say(frame));
    }
}
