// Whole conversations about people, groups and mornings, compared word by word: see conversations/.
import { testTranscripts } from '../support/transcripts';

testTranscripts('people');
testTranscripts('groups');
testTranscripts('mornings');
