import "./styles.css";
import { App } from "./app.tsx";
import { startPage } from "./client/start.tsx";

startPage(<App />);
