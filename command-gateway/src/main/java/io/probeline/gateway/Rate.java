package io.probeline.gateway;

/** How fast one caller may be: so many requests at once, and then so many a second. */
public record Rate(double perSecond, double burst) {
    /** Well above what an agent or an Architect flow does, and well below what one gateway can do. */
    public static final Rate USUAL = new Rate(500, 1_000);

    public Rate {
        if (!(perSecond > 0) || burst < 1) {
            throw new IllegalArgumentException("a rate needs perSecond > 0 and burst >= 1");
        }
    }
}
