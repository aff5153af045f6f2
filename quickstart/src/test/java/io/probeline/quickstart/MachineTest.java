package io.probeline.quickstart;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalDouble;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The machine, on the texts of real systems in a folder that stands for the root. */
class MachineTest {
    private static final String WIRELESS = """
            Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
             face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
            """;

    @TempDir
    private Path root = Path.of("");

    private void file(String path, String text) throws IOException {
        var file = root.resolve(path);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }

    @Test
    void readsTheFirstWirelessInterfaceThatHasALevelInDbm() {
        var table = WIRELESS + """
                  wlan0: 0000    0.  -256.  -256        0      0      0      0      0        0
                 wlp3s0: 0000   54.  -56.  -256        0      0      0      0    342        0
                """;
        assertEquals(Optional.of(new Wireless.Signal("wlp3s0", -56)), Wireless.parse(table));
        assertEquals(Optional.empty(), Wireless.parse(WIRELESS));
        assertEquals(Optional.empty(), Wireless.parse(""));
        // Not in dBm: a level between 0 and 100.
        assertEquals(Optional.empty(), Wireless.parse(WIRELESS + " wlan0: 0000   70.   88.    0.  0 0 0 0 0 0\n"));
    }

    @Test
    void tellsAnInterfaceThatIsDownFromNoneAndFromNotKnowing() throws IOException {
        assertEquals(new Wireless.Untold(), Wireless.read(root));
        Files.createDirectories(root.resolve("sys/class/net/eth0"));
        assertEquals(new Wireless.Absent(), Wireless.read(root));
        Files.createDirectories(root.resolve("sys/class/net/wlan0/phy80211"));
        assertEquals(new Wireless.Mute("wlan0"), Wireless.read(root));
        file("proc/net/wireless", WIRELESS + " wlan0: 0000   54.  -61.  -256  0 0 0 0 0 0\n");
        assertEquals(new Wireless.Signal("wlan0", -61), Wireless.read(root));
    }

    @Test
    void readsTheNameOfTheRelease() {
        var debian =
                "PRETTY_NAME=\"Debian GNU/Linux 12 (bookworm)\"\nNAME=\"Debian GNU/Linux\"\nVERSION_ID=\"12\"\nID=debian\n";
        assertEquals(Optional.of("Debian GNU/Linux 12 (bookworm)"), SystemRelease.name(debian));
        assertEquals(Optional.of("Void"), SystemRelease.name("# a comment\nNAME='Void'\nID=void\n"));
        assertEquals(Optional.of("Fedora 43"), SystemRelease.name("NAME=Fedora\nVERSION_ID=43\n"));
        assertEquals(Optional.of("A \"B\" $C"), SystemRelease.name("PRETTY_NAME=\"A \\\"B\\\" \\$C\"\n"));
        assertEquals(Optional.empty(), SystemRelease.name("ID=debian\nPRETTY_NAME=\n"));
    }

    @Test
    void readsBootTimeAndUptime() {
        var stat = "cpu  1 2 3\nctxt 99\nbtime 1795461575\nprocesses 5\n";
        assertEquals(Optional.of(Instant.ofEpochSecond(1795461575)), SystemRelease.bootTime(stat));
        assertEquals(Optional.empty(), SystemRelease.bootTime("cpu  1 2 3\n"));
        assertEquals(Optional.of(Duration.ofSeconds(2558)), SystemRelease.uptime("2558.36 4694.00\n"));
        assertEquals(Optional.empty(), SystemRelease.uptime("soon\n"));
    }

    @Test
    void countsMemoryThatIsAvailableAsUnused() {
        var meminfo = "MemTotal:       1000 kB\nMemFree:         100 kB\nMemAvailable:    250 kB\n";
        assertEquals(OptionalDouble.of(75), Machine.memoryUsed(meminfo));
        assertEquals(OptionalDouble.empty(), Machine.memoryUsed("MemTotal:       1000 kB\n"));
        assertEquals(OptionalDouble.empty(), Machine.memoryUsed("MemTotal: 0 kB\nMemAvailable: 0 kB\n"));
    }

    @Test
    void tellsTheHottestZoneThatHasASensor() throws IOException {
        var machine = new Machine(root);
        assertEquals(OptionalDouble.empty(), machine.temperature());
        file("sys/class/thermal/thermal_zone0/temp", "-274000\n");
        file("sys/class/thermal/thermal_zone1/temp", "not now\n");
        file("sys/class/thermal/thermal_zone2/temp", "0\n");
        Files.createDirectories(root.resolve("sys/class/thermal/thermal_zone3"));
        assertEquals(OptionalDouble.empty(), machine.temperature());
        file("sys/class/thermal/thermal_zone4/temp", "41500\n");
        file("sys/class/thermal/thermal_zone5/temp", "39000\n");
        file("sys/class/thermal/cooling_device0/temp", "99000\n");
        assertEquals(OptionalDouble.of(41.5), machine.temperature());
    }

    @Test
    void tellsOfTheReleaseWhatCanBeRead() throws IOException {
        var machine = new Machine(root);
        var bare = machine.release();
        assertEquals(
                System.getProperty("os.name") + ", " + System.getProperty("os.version"),
                bare.path("version").asText());
        assertFalse(bare.has("boot_id") || bare.has("uptime_s") || bare.has("booted_at") || bare.has("bootCounter"));
        file("usr/lib/os-release", "PRETTY_NAME=\"Test OS 1\"\n");
        file("proc/sys/kernel/osrelease", "6.12.1-test\n");
        file("proc/sys/kernel/random/boot_id", "8069ad0f-e42a-4487-a894-bd52bcd0bca6\n");
        file("proc/uptime", "77.5 1.0\n");
        var full = machine.release();
        assertEquals("Test OS 1, kernel 6.12.1-test", full.path("version").asText());
        assertEquals(
                "8069ad0f-e42a-4487-a894-bd52bcd0bca6", full.path("boot_id").asText());
        assertEquals(77, full.path("uptime_s").asLong());
        assertTrue(full.path("arch").isTextual());
    }
}
