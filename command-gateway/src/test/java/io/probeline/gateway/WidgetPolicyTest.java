package io.probeline.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.probeline.gateway.GatewayConfig.RoleSource;
import io.probeline.runtime.Settings;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Who may frame the widget. */
class WidgetPolicyTest {
    @Test
    void genesysOwnUserInterface() {
        assertEquals("https://apps.usw2.pure.cloud 'self'", ancestors("https://api.usw2.pure.cloud"));
        assertEquals("https://apps.mypurecloud.ie 'self'", ancestors("https://api.mypurecloud.ie/"));
    }

    @Test
    void nobodyElseWhereTheApiHasAnotherName() {
        assertEquals("'self'", ancestors("http://127.0.0.1:8081"));
        assertEquals("'self'", ancestors("https://gateway.example"));
    }

    @Test
    void theOriginThatAnOperatorNames() {
        var settings = new HashMap<>(Map.of(
                "KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9092",
                "SCHEMA_REGISTRY_URL", "http://127.0.0.1:8081",
                "OIDC_ISSUER", "https://issuer.example",
                "OWNERSHIP_URL", "http://127.0.0.1:8082",
                "GENESYS_API_URL", "https://gateway.example/genesys",
                "GENESYS_LOGIN_URL", "https://gateway.example/login",
                "GENESYS_CLIENT_ID", "id",
                "GENESYS_CLIENT_SECRET", "secret",
                "GENESYS_ROLE_SOURCE", "authorization-role",
                "GENESYS_APPS_URL", "https://apps.mypurecloud.de/directory/"));
        var read = Settings.of(settings);
        var genesys = GatewayConfig.from(read).genesys();
        read.check();
        assertEquals("https://apps.mypurecloud.de 'self'", ancestors(genesys));
    }

    private static String ancestors(String api) {
        return ancestors(new GatewayConfig.Genesys(api, api, "id", "secret", new RoleSource.AuthorizationRole()));
    }

    private static String ancestors(GatewayConfig.Genesys genesys) {
        var policy = Widget.policy(genesys.appsUrl());
        return policy.substring(policy.indexOf("frame-ancestors ") + "frame-ancestors ".length());
    }
}
