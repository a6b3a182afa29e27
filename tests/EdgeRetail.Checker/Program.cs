Console.WriteLine("Checks the invariants from the databases themselves.");
