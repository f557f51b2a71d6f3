// SPDX-License-Identifier: MIT
// bench-fuzz [REQUESTS] [SEED]: sends that many requests to collectors, nine of ten to one in this process and one to
// the real command. bench-fuzz replay FILE: sends a request that failed once more.

using System.Globalization;

var corpus = Path.Combine(AppContext.BaseDirectory, "corpus");
try
{
    if (args is ["replay", var file])
        return await Campaign.ReplayAsync(corpus, file);
    var requests = args.Length > 0 ? long.Parse(args[0], CultureInfo.InvariantCulture) : 1_000_000;
    var seed = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 20_261_125;
    await new Campaign(corpus, seed, Console.Out).RunAsync(requests);
    return 0;
}
catch (FuzzException e)
{
    Console.Error.WriteLine("bench.sh fuzz: " + e.Message);
    return 1;
}
