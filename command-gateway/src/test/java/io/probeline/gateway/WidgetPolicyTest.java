package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

/** Who may frame the widget. */
class WidgetPolicyTest {
    @Test
    void genesysOwnUserInterface() {
        assertTrue(Widget.policy("https://api.usw2.pure.cloud")
                .endsWith("frame-ancestors 'self' https://apps.usw2.pure.cloud"));
        assertTrue(Widget.policy("https://api.mypurecloud.ie/")
                .endsWith("frame-ancestors 'self' https://apps.mypurecloud.ie"));
    }

    @Test
    void nobodyElseWhereTheApiHasAnotherName() {
        assertTrue(Widget.policy("http://127.0.0.1:8081").endsWith("frame-ancestors 'self'"));
        assertTrue(Widget.policy("https://gateway.example").endsWith("frame-ancestors 'self'"));
    }
}
