// usage: node read.js BROKER REGISTRY TOPIC: prints the topic's first value as JSON, decoded by Confluent's own deserializer.
import { AvroDeserializer, SchemaRegistryClient, SerdeType } from '@confluentinc/schemaregistry';
import kafkajs from 'kafkajs';
import lz4 from 'lz4js';

const { CompressionCodecs, CompressionTypes, Kafka, logLevel } = kafkajs;
CompressionCodecs[CompressionTypes.LZ4] = () => ({ decompress: async (bytes) => Buffer.from(lz4.decompress(bytes)) });

const [broker, registry, topic] = process.argv.slice(2);
const client = new SchemaRegistryClient({ baseURLs: [registry] });
const deserializer = new AvroDeserializer(client, SerdeType.VALUE, {});
const kafka = new Kafka({ clientId: 'outside-reader', brokers: [broker], logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `outside-reader-${process.pid}` });

await consumer.connect();
await consumer.subscribe({ topics: [topic], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const value = await deserializer.deserialize(topic, message.value);
    const plain = (name, field) => (typeof field === 'bigint' ? Number(field) : field instanceof Map ? Object.fromEntries(field) : field);
    console.log(JSON.stringify(value, plain));
    process.exit(0);
  },
});
