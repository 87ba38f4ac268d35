"""What an installation needs beside the parts themselves."""
