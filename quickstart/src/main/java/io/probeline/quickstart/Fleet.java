package io.probeline.quickstart;

import io.probeline.runtime.World;
import io.probeline.testkit.Appliance;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;

/** The appliances behind the stand-in device backend, each with a character of its own. */
final class Fleet {
    private static final Duration HOUR = Duration.ofHours(1);

    /** Of a reading: at 10 Hz an error every two minutes. */
    private static final double SOME_ERRORS = 1 / 1_200.0;

    private static final int MOST_BOOTS = 40;
    private static final int MOST_UPTIME_HOURS = 30 * 24;

    private final World world;
    private final Path state;

    /** An appliance, whom it belongs to, and what there is to see. */
    record Member(String deviceId, String customerId, String title, String about, Appliance appliance) {}

    private Fleet(World world, Path state) {
        this.world = world;
        this.state = state;
    }

    /**
     * Opens the fleet.
     *
     * @param state folder in which the appliances keep what survives a restart
     * @param backendPort where the device backend listens, which is what this computer measures its way to; 0 while unknown
     */
    static List<Member> of(World world, Path state, IntSupplier backendPort) {
        var fleet = new Fleet(world, state);
        return List.of(
                fleet.washer(),
                fleet.fridge(),
                fleet.boiler(),
                fleet.oven(),
                fleet.dishwasher(),
                fleet.dryer(),
                new Member(
                        "this-computer",
                        "customer-4",
                        "This computer",
                        "measures the machine it runs on: loopback latency, CPU load and memory in percent, temperature",
                        new ThisComputer(new Machine(Path.of("/")), new Loopback(backendPort, world), world)));
    }

    private Member washer() {
        return new Member(
                "washer-17",
                "customer-1",
                "Washing machine",
                "healthy",
                household("washer-17", "washer 4.2.1", good(-54)));
    }

    private Member fridge() {
        var weak = new Radio(Walk.around(-68, 2.5, 0.3), sags());
        return new Member(
                "fridge-4",
                "customer-2",
                "Fridge",
                "weak signal that sags below -85 dBm for 15 s every minute; a channel scan finds a better channel",
                household("fridge-4", "fridge 2.9.0", weak));
    }

    private Member boiler() {
        var boiler = household("boiler-2", "boiler 1.14.3", good(-61));
        return new Member(
                "boiler-2",
                "customer-3",
                "Boiler",
                "drops its connection every half minute, and every other time stays away for 25 s",
                new DropsOff(boiler, world.random()));
    }

    private Member oven() {
        var oven = household("oven-9", "oven 3.0.7", good(-59));
        return new Member(
                "oven-9",
                "customer-2",
                "Oven",
                "stops answering for 30 s every two minutes, while its connection stays open",
                new FallsSilent(oven, hangs()));
    }

    private Member dishwasher() {
        var dishwasher = household("dishwasher-3", "dishwasher 5.1.0", good(-63));
        return new Member(
                "dishwasher-3",
                "customer-1",
                "Dishwasher",
                "its clock is one hour fast",
                new WrongClock(dishwasher, HOUR));
    }

    private Member dryer() {
        var dryer = household("dryer-8", "dryer 0.9.12-beta", good(-57), SOME_ERRORS);
        return new Member("dryer-8", "customer-1", "Dryer", "sends a malformed frame every 2 s", new Garbles(dryer));
    }

    private static Cycle sags() {
        return new Cycle(Duration.ofSeconds(20), Duration.ofSeconds(15), Duration.ofSeconds(60));
    }

    private static Cycle hangs() {
        return new Cycle(Duration.ofSeconds(40), Duration.ofSeconds(30), Duration.ofSeconds(120));
    }

    private static Radio good(double dbm) {
        return new Radio(Walk.around(dbm, 4, 0.4), Cycle.alwaysGood());
    }

    private Household household(String deviceId, String firmware, Radio radio) {
        return household(deviceId, firmware, radio, 0);
    }

    private Household household(String deviceId, String firmware, Radio radio, double errorChance) {
        var vitals = new Vitals(radio, Walk.around(24, 9, 0.8), Walk.around(0.3, 0.3, 0.04), errorChance);
        var file = new BootFile(state.resolve(deviceId + ".json"));
        return new Household(firmware, vitals, new Rebooting(file, file.open(this::firstBoots)), world.random());
    }

    private Boots firstBoots() {
        var random = world.random().get();
        var uptime = Duration.ofHours(random.nextLong(1, MOST_UPTIME_HOURS));
        return new Boots(random.nextLong(3, MOST_BOOTS), world.now().minus(uptime), Map.of());
    }
}
