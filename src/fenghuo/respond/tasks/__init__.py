"""Tasks (督办): what was decided or assigned, who does it until when, and the proof that it is done."""
