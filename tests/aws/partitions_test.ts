import assert from "node:assert/strict";
import { globalPseudoRegion, partitionOfRegion } from "../../src/aws/partitions.ts";

/** Region, partition. */
const REGIONS: readonly (readonly [string, string])[] = [
  ["us-east-2", "aws"],
  ["ap-southeast-7", "aws"],
  ["mx-central-1", "aws"],
  ["aws-global", "aws"],
  ["cn-north-1", "aws-cn"],
  ["cn-northwest-1", "aws-cn"],
  ["aws-cn-global", "aws-cn"],
  ["us-gov-west-1", "aws-us-gov"],
  ["us-gov-north-9", "aws-us-gov"],
  ["aws-us-gov-global", "aws-us-gov"],
  ["eusc-de-east-1", "aws-eusc"],
  ["us-iso-west-1", "aws-iso"],
  ["aws-iso-global", "aws-iso"],
  ["us-isob-east-1", "aws-iso-b"],
  ["aws-iso-b-global", "aws-iso-b"],
  ["eu-isoe-west-1", "aws-iso-e"],
  ["us-isof-south-1", "aws-iso-f"],
  // Close to a pattern, but not of it.
  ["cn-north", "aws"],
  ["cn-north-west-1", "aws"],
  ["us-isob-east", "aws"],
  ["eusc-fr-east-1", "aws"],
  ["moon-1", "aws"],
];

Deno.test("partitionOfRegion() knows the partition of real, new, pseudo and unknown regions", () => {
  for (const [region, id] of REGIONS) assert.equal(partitionOfRegion(region).id, id, region);
});

Deno.test("each partition's stand-in region belongs to it, and so does its pseudo region", () => {
  assert.equal(new Set(REGIONS.map(([, id]) => id)).size, 8);
  for (const [region, id] of REGIONS) {
    const partition = partitionOfRegion(region);
    assert.equal(partitionOfRegion(partition.globalRegion).id, id);
    assert.equal(partitionOfRegion(globalPseudoRegion(partition)).id, id);
  }
});
