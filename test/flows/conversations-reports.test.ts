// Whole conversations of one kind, compared word by word: see conversations/reports.txt.
import { testTranscripts } from '../support/transcripts';

testTranscripts('reports');
