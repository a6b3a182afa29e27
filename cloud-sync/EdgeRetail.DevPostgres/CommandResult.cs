namespace EdgeRetail.DevPostgres;

sealed record CommandResult(int ExitCode, string Output, string Error);
