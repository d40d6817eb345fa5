import DashJSON
import DashModel
import Foundation

/// What the demo shows: this machine's figures every second, the same reshaped by a pipeline behind it, and a webhook.
enum DemoContent {
    static let machine: JSONObject = [
        "name": "This machine", "type": "polling", "interval_seconds": 1, "source_type": "system",
        "retention_days": 7,
    ]

    static func health(of upstream: UUID) -> JSONObject {
        [
            "name": "Machine health", "type": "p2p", "source_type": "pipeline",
            "source_config": ["pipeline_id": .string(upstream.text)], "retention_days": 7,
        ]
    }

    static let inbox: JSONObject = [
        "name": "Webhook inbox", "type": "realtime", "source_type": "webhook", "source_config": ["auth": "bearer"],
        "retention_days": 7,
    ]

    static let healthMapping: JSONObject = [
        "mappings": [
            ["target": "host", "source": "$.host", "type": "string", "required": true],
            ["target": "cpu", "source": "$.cpu_percent", "type": "number", "required": true],
            ["target": "memory", "source": "$.memory_used_percent", "type": "number"],
            ["target": "load", "source": "$.load_1", "type": "number"],
            ["target": "received", "source": "$.network_received_bytes_per_second", "type": "number"],
        ],
        "transformations": [["kind": "constant", "field": "kind", "value": "machine"]],
        "rules": [["kind": "range", "field": "cpu", "min": 0, "max": 100]],
    ]

    static let dashboard: JSONObject = [
        "name": "This machine", "slug": "this-machine", "refresh_interval_seconds": 1,
    ]

    static func widgets(machine: UUID, health: UUID) -> [JSONObject] {
        [
            widget("stat_card", "CPU", ["unit": "%", "decimals": 1], at: (0, 0, 6, 4), health, "cpu", "last", "15m"),
            widget(
                "gauge",
                "Memory",
                ["unit": "%", "min": 0, "max": 100],
                at: (6, 0, 6, 4),
                health,
                "memory",
                "last",
                "15m"
            ),
            widget("stat_card", "Load", ["decimals": 2], at: (12, 0, 6, 4), health, "load", "last", "15m"),
            widget("stat_card", "Records", ["decimals": 0], at: (18, 0, 6, 4), health, "cpu", "count", "24h"),
            [
                "type": "line_chart", "config": ["title": "CPU and memory", "unit": "%"],
                "position": ["x": 0, "y": 4, "w": 16, "h": 8],
                "data_query": [
                    "pipeline_id": .string(health.text),
                    "fields": [
                        ["path": "cpu", "as": "CPU", "aggregate": "avg"],
                        ["path": "memory", "as": "Memory", "aggregate": "avg"],
                    ],
                    "bucket": "1s", "range": ["last": "5m"],
                ],
            ],
            [
                "type": "bar_chart", "config": ["title": "CPU by ten seconds", "unit": "%"],
                "position": ["x": 16, "y": 4, "w": 8, "h": 8],
                "data_query": [
                    "pipeline_id": .string(machine.text),
                    "fields": [["path": "cpu_percent", "as": "CPU", "aggregate": "avg"]],
                    "bucket": "10s", "range": ["last": "5m"],
                ],
            ],
            [
                "type": "table", "config": ["title": "Latest records"], "position": ["x": 0, "y": 12, "w": 24, "h": 8],
                "data_query": [
                    "pipeline_id": .string(health.text),
                    "fields": [
                        ["path": "ingested_at", "as": "Time"], ["path": "host", "as": "Host"],
                        ["path": "cpu", "as": "CPU %"], ["path": "memory", "as": "Memory %"],
                        ["path": "load", "as": "Load"], ["path": "received", "as": "Received B/s"],
                    ],
                    "range": ["last": "15m"], "order": "desc", "limit": 20,
                ],
            ],
        ]
    }

    private static func widget(
        _ type: String,
        _ title: String,
        _ config: JSONObject,
        at place: (x: Int, y: Int, w: Int, h: Int),
        _ pipeline: UUID,
        _ field: String,
        _ aggregate: String,
        _ range: String
    ) -> JSONObject {
        var config = config
        config["title"] = .string(title)
        return [
            "type": .string(type), "config": .object(config),
            "position": [
                "x": .number(JSONNumber(place.x)), "y": .number(JSONNumber(place.y)), "w": .number(JSONNumber(place.w)),
                "h": .number(JSONNumber(place.h)),
            ],
            "data_query": [
                "pipeline_id": .string(pipeline.text),
                "fields": [["path": .string(field), "as": .string(title), "aggregate": .string(aggregate)]],
                "range": ["last": .string(range)],
            ],
        ]
    }
}
