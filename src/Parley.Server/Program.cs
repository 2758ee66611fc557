using Parley.Server.Commands;

return await ParleyCommandLine.RunAsync(args, Console.Out, Console.Error);
