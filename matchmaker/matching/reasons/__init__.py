"""Why a pair has its score: facts → the engine's reasons → sentences for either side."""
