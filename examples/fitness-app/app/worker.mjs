// Reads files and makes reports, off the page's thread.
import "paceline/worker";
