/**
 * The shared AWS config and credentials files: which section means what.
 *
 * @module
 */

import { type FileFingerprint, fingerprintFile, readFileBytes } from "../runtime/files.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { type IniFile, type IniSection, parseIni } from "./ini.ts";
import { awsConfigFile, awsCredentialsFile } from "./paths.ts";
import { splitShellWords } from "./shell_words.ts";

/** Both files. Either may be missing. */
export interface AwsConfig {
  readonly configFile: string;
  readonly credentialsFile: string;
  /** Both files as they were before they were read: a change in between makes them differ, never go unseen. */
  readonly fingerprints: readonly FileFingerprint[];
  readonly profiles: ReadonlyMap<string, AwsProfile>;
  readonly ssoSessions: ReadonlyMap<string, IniSection>;
  readonly services: ReadonlyMap<string, IniSection>;
  /** Sections of the config file that are none of these, such as a profile without the word `profile`. */
  readonly otherSections: ReadonlyMap<string, IniSection>;
}

/** What the files say about one profile. */
export interface AwsProfile {
  readonly profileName: string;
  /** Its section in the config file, where it has one. */
  readonly config?: IniSection;
  /** Its section in the credentials file, where it has one. */
  readonly credentials?: IniSection;
}

/**
 * Reads both files.
 *
 * @throws `config_invalid` when one of them is not what the AWS CLI could read
 * @throws `file_unreadable` when one of them is there and cannot be read
 * @see https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
 */
export function loadAwsConfig(runtime: Pick<Runtime, "env" | "program">): AwsConfig {
  const configFile = awsConfigFile(runtime);
  const credentialsFile = awsCredentialsFile(runtime);
  const fingerprints = [fingerprintFile(configFile), fingerprintFile(credentialsFile)];
  const { profiles, ...sections } = sortSections(loadIni(configFile));
  for (const [profileName, credentials] of loadIni(credentialsFile).sections) {
    profiles.set(profileName, { ...profiles.get(profileName), profileName, credentials });
  }
  return { configFile, credentialsFile, fingerprints, profiles, ...sections };
}

function loadIni(path: string): IniFile {
  const bytes = readFileBytes(path);
  return bytes === undefined ? { path, sections: new Map() } : parseIni({ path, bytes });
}

/** The sections of a config file by kind. */
interface SortedSections {
  readonly profiles: Map<string, AwsProfile>;
  readonly ssoSessions: Map<string, IniSection>;
  readonly services: Map<string, IniSection>;
  readonly otherSections: Map<string, IniSection>;
}

/**
 * Sorts as the AWS CLI does, which looks at how a header begins and not at its first word. Of two sections
 * for one profile, such as `[default]` and `[profile default]`, the later one counts alone.
 */
function sortSections(file: IniFile): SortedSections {
  const sorted: SortedSections = {
    profiles: new Map(),
    ssoSessions: new Map(),
    services: new Map(),
    otherSections: new Map(),
  };
  for (const [header, section] of file.sections) {
    const name = secondWord(header);
    if (header.startsWith("profile")) {
      if (name !== undefined) sorted.profiles.set(name, { profileName: name, config: section });
    } else if (header.startsWith("sso-session")) {
      if (name !== undefined) sorted.ssoSessions.set(name, section);
    } else if (header.startsWith("services")) {
      if (name !== undefined) sorted.services.set(name, section);
    } else if (header === "default") {
      sorted.profiles.set(header, { profileName: header, config: section });
    } else {
      sorted.otherSections.set(header, section);
    }
  }
  return sorted;
}

/** The name in a header of exactly two words. The AWS CLI passes over all others in silence. */
function secondWord(header: string): string | undefined {
  const words = splitShellWords(header);
  return words?.length === 2 ? words[1] : undefined;
}
