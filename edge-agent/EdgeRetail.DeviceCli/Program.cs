using System.CommandLine;

return new RootCommand("EdgeRetail on a kiosk: sells without the network and syncs with the cloud.").Parse(args).Invoke();
