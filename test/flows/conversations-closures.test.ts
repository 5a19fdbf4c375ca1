// Whole conversations of one kind, compared word by word: see conversations/closures.txt.
import { testTranscripts } from '../support/transcripts';

testTranscripts('closures');
