// As many tables as the benchmark's contracts have, written for the AWS CDK: a stack for each, two indexes, and four alarms.
const { App, Stack, RemovalPolicy } = require("aws-cdk-lib");
const { Table, AttributeType, BillingMode, TableEncryption } = require("aws-cdk-lib/aws-dynamodb");
const { Alarm, Metric } = require("aws-cdk-lib/aws-cloudwatch");

const [count, outdir] = process.argv.slice(2);
const app = new App({ outdir, analyticsReporting: false });
const text = (name) => ({ name, type: AttributeType.STRING });
for (let number = 0; number < Number(count); number++) {
  const stack = new Stack(app, `Table${number}`, { env: { account: "111122223333", region: "eu-west-1" } });
  const tableName = `Table${number}`;
  const table = new Table(stack, "Table", {
    tableName,
    partitionKey: text("id"),
    sortKey: text("created_at"),
    billingMode: BillingMode.PAY_PER_REQUEST,
    encryption: TableEncryption.AWS_MANAGED,
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
    deletionProtection: true,
    removalPolicy: RemovalPolicy.RETAIN,
  });
  const indexes = ["ByStatus", "ByOwner"];
  indexes.forEach((indexName) => table.addGlobalSecondaryIndex({ indexName, partitionKey: text(indexName), sortKey: text("created_at") }));
  const metrics = [undefined, ...indexes].flatMap((index) =>
    (index ? ["ReadThrottleEvents"] : ["ReadThrottleEvents", "WriteThrottleEvents"]).map((metricName) => ({
      name: `${tableName}-${index || "table"}-${metricName}`,
      metric: new Metric({
        namespace: "AWS/DynamoDB",
        metricName,
        dimensionsMap: { TableName: tableName, ...(index ? { GlobalSecondaryIndexName: index } : {}) },
        statistic: "Sum",
      }),
    })),
  );
  metrics.forEach(({ name, metric }) => new Alarm(stack, name, { alarmName: name, metric, threshold: 1, evaluationPeriods: 5 }));
}
app.synth();
