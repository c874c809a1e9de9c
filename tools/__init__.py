"""What ./run and the tests call: preparing .venv, the browser assets and a browser. Standard library only."""
