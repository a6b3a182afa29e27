using System.CommandLine;

return new RootCommand("EdgeRetail's cloud service: merges what kiosks did into PostgreSQL.").Parse(args).Invoke();
